import { Route, Switch } from 'wouter';
import { ServiceList } from './list.tsx';
import { ServicePage } from './service.tsx';

export default function Services() {
  return (
    <Switch>
      <Route path="/services/:host/:name">
        {({ host, name }) => <ServicePage key={`${host} ${name}`} host={host} name={name} />}
      </Route>
      <Route component={ServiceList} />
    </Switch>
  );
}
